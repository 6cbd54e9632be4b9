using System.Text.Json;
using Samples;
using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace Wiki;

/// <summary>The macro {issues:q=...}: the tracker's issues, as the reader of the page may see them.</summary>
internal sealed class IssuesMacro(TrackerClient tracker, ILogger<IssuesMacro> logger)
{
    public const string Start = "{issues:q=";

    public async Task<Html> RenderAsync(string query, string user, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Issue> issues = await tracker.FindIssuesAsync(user, query, cancellationToken);
            return issues.Count == 0
                ? Html.Of($"<p>No issues.</p>")
                : Html.Of($"<ul class=\"issues\">{issues.Select(issue => Html.Of($"<li><strong>{issue.Key}</strong> {issue.Summary}</li>"))}</ul>");
        }
        catch (TrustedAppException refusal)
        {
            return Refuse(refusal.Code, user);
        }
        catch (TrustedAppUnavailableException)
        {
            return Refuse(ErrorCode.Unavailable, user);
        }
        catch (Exception failure) when (failure is HttpRequestException or CertificateException or TaskCanceledException or JsonException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The tracker does not answer: {Problem}", failure.Message);
            return Html.Of($"<p class=\"problem\">No issues here: the tracker does not answer as it should. Try again later.</p>");
        }
    }

    private Html Refuse(ErrorCode code, string user)
    {
        logger.LogWarning("The tracker refused a request: {Code}", code.ToWireName());
        return Html.Of($"<p class=\"problem\">No issues here: {Explain(code, user)} (<code>{code.ToWireName()}</code>)</p>");
    }

    private static string Explain(ErrorCode code, string user) => code switch
    {
        ErrorCode.ApplicationUnknown => "the tracker does not trust this wiki. Its administrator can make a trust.",
        ErrorCode.UserUnknown => $"the tracker knows no user {user}.",
        ErrorCode.PermissionDenied or ErrorCode.UserDisabled => $"the tracker does not let {user} in.",
        ErrorCode.OldAssertion or ErrorCode.FutureAssertion => "the clocks of wiki and tracker differ.",
        ErrorCode.BadRemoteAddress or ErrorCode.BadForwardedAddress => "the tracker does not trust this wiki at its present address.",
        ErrorCode.BadUrl or ErrorCode.BadMethod => "the tracker does not allow this wiki to ask for issues.",
        ErrorCode.BadMagic or ErrorCode.BadSignature or ErrorCode.BadGrant or ErrorCode.BadAudience => "the tracker has another key of this wiki on record, or something changes requests on their way.",
        ErrorCode.BadProtocolVersion => "the tracker wants another version of the protocol.",
        ErrorCode.Unavailable => "the tracker is busy. Try again later.",
        _ => "the tracker refused to answer.",
    };
}
