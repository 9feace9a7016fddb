"""Parts of the AWS components: each file makes one group of children and is used by the component that owns it."""
