"""Here so that an import of the retired MXNet base class is refused by name."""
