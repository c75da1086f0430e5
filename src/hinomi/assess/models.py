"""Answers to questionnaires of the shelf, by key, so that a corrected wording keeps its answers."""

from django.db import models

from hinomi.tenants.models import Tenant, User


class Answer(models.Model):
    """What counts as a company's answer: as it was given, or as an expert corrected it last."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="answers")
    questionnaire = models.CharField(max_length=64)
    question = models.CharField(max_length=64)
    value = models.CharField(max_length=64)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("tenant", "questionnaire", "id")
        constraints = (
            models.UniqueConstraint(fields=("tenant", "questionnaire", "question"), name="answered_once_a_company"),
        )

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.question}: {self.value}"


class Correction(models.Model):
    """An expert's correction after an interview; the first one's ``before`` is what the company had said."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="corrections")
    before = models.CharField(max_length=64)
    after = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.before} → {self.after}"
