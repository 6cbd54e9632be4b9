using TrustedApps.Responses;

namespace TrustedApps.AspNetCore.Responses;

/// <summary>The demand of an assertion that the response is proven.</summary>
/// <param name="Prover">Makes the proofs.</param>
/// <param name="MaxHeldContent">The most content that is held back until its digest is known, in bytes.</param>
/// <param name="Time">The clock.</param>
internal sealed record ProofDemand(ResponseProver Prover, int MaxHeldContent, TimeProvider Time);
