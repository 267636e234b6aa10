"""The provider's own side, behind the doors that its links and mails open."""
