"""The one place where the floors meet; every door asks here, and none of it knows Streamlit."""
