"""Publish: what passed is put in place by one rename, so readers never see a half-built warehouse."""
