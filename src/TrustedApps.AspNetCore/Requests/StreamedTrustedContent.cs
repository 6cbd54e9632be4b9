namespace TrustedApps.AspNetCore.Requests;

/// <summary>Metadata of an endpoint that reads content as it comes.</summary>
internal sealed class StreamedTrustedContent;
