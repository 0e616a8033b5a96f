"""How a guest of a hybrid group takes part."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column; guests so far sit in the room or as their group meets."""

    dependencies = [
        ('schedule', '0005_consult'),
    ]

    operations = [
        migrations.AddField(
            model_name='sessionguest',
            name='modality',
            field=models.CharField(blank=True, help_text='on_site or telehealth in a hybrid group; else as the group.', max_length=20),
        ),
    ]
