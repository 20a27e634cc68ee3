"""Box Office: one seat, one person. The only code that the Lambda functions share."""
