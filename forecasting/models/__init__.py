"""One model per file; each keeps the contract of `forecasting.model`."""
