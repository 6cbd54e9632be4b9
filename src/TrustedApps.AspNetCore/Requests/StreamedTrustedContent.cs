namespace TrustedApps.AspNetCore.Requests;

/// <summary>Metadata of an endpoint that reads content as it arrives.</summary>
internal sealed class StreamedTrustedContent;
