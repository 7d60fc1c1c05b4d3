mod mutations;
mod transcript;
mod whole;
