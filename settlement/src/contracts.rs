//! Bindings of the contracts, made from the compiled artifacts.

use alloy::sol;

sol!(
    #[derive(Debug)]
    Rollup,
    "../l1-verifier/contracts/artifacts/Rollup.json"
);

sol!(
    #[derive(Debug)]
    Groth16BatchVerifier,
    "../l1-verifier/contracts/artifacts/Groth16BatchVerifier.json"
);

sol!(
    #[derive(Debug)]
    DevelopmentToken,
    "../l1-verifier/contracts/artifacts/DevelopmentToken.json"
);
