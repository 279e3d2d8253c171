"""From findings to what is behind them: faults that a whole template shares."""
