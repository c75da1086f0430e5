from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0006_watching"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="nature",
            field=models.JSONField(default=dict),
        ),
    ]
