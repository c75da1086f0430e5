"""Who is watched and who may look: companies, their sites and sensors, people, roles, the audit trail."""
