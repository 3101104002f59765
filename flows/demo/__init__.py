"""The demo county: synthetic claims of Shandan that reproduce its published report. What, how and where not: docs/demo.md."""
