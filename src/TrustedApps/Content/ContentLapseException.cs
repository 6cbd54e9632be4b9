using TrustedApps.Diagnostics;

namespace TrustedApps.Content;

/// <summary>Ends the reading of content because its request is not accepted any more.</summary>
/// <param name="reason">The reason.</param>
internal sealed class ContentLapseException(RejectionReason reason)
    : IOException(
        $"The content is not read any further, because its request is not accepted any more ({reason.Id}). Discard what was read of it.")
{
    public RejectionReason Reason => reason;
}
