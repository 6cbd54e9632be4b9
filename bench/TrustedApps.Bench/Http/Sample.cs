namespace TrustedApps.Bench.Http;

/// <summary>What a target did for part of a second.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Middle">Microseconds in which half of the requests were answered.</param>
/// <param name="Tail">Microseconds in which 99 of 100 were.</param>
/// <param name="Work">The time of its core that the server used for a request.</param>
/// <param name="ServerShare">How much of its core the server used.</param>
/// <param name="GeneratorShare">How much of its core the generator used. Were it all, the generator would have been measured.</param>
internal readonly record struct Sample(double Rate, double Middle, double Tail, TimeSpan Work, double ServerShare, double GeneratorShare);
