using System.Text.Json.Serialization;
using TrustedApps.EntityFrameworkCore;

namespace TrustedApps.Admin.Api;

/// <summary>The JSON of the management API: strict where it is read, and the same whatever the host has set for its own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = 16,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PreviewBody))]
[JsonSerializable(typeof(ComparedBody))]
[JsonSerializable(typeof(AddTrustBody))]
[JsonSerializable(typeof(EditTrustBody))]
[JsonSerializable(typeof(TrialBody))]
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
