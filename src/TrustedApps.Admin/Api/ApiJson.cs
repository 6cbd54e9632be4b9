using System.Text.Json.Serialization;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>
/// The JSON that the management API answers, the same whatever the host has set for its own. <see cref="JsonBody"/>
/// reads.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TrustDocument))]
[JsonSerializable(typeof(TrustsAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(TrialAnswer))]
[JsonSerializable(typeof(ProviderAnswer))]
[JsonSerializable(typeof(ProvidersAnswer))]
[JsonSerializable(typeof(RefusalsAnswer))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(ActivityAnswer))]
[JsonSerializable(typeof(ApplicationAnswer))]
[JsonSerializable(typeof(OwnKey[]))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext;
