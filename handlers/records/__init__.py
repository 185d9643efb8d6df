"""Records of processing (Art. 30 GDPR) and the list of data fields (NHG § 17), made from the models."""
