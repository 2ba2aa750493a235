"""What the widgets show, without a widget: training runs, landscapes, geometry of networks."""
