"""How to show it: the doors (terminal, browser) and the words and pictures behind them."""
