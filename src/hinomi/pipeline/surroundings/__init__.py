"""What the lake knows of a company beside its findings: who was which machine when, and which sensor could see."""
