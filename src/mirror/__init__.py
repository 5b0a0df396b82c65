"""Mirror statistics of the gold trade: what importers' books hold and exporters' do not."""

__version__ = "0.1.1"
