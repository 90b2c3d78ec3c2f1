"""The analyst's web page: our pages in front, Datasette's tables and SQL behind them."""
