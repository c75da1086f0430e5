from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_known_messages")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="key",
            field=models.CharField(max_length=64, unique=True),
        ),
    ]
