using System.Text.Json;
using Samples;
using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace Wiki;

/// <summary>
/// The macros {issues:q=...}, the tracker's issues, and {dates}, the dates that the tracker asks a calendar for: as the
/// reader of the page may see them.
/// </summary>
internal sealed class TrackerMacros(TrackerClient tracker, ILogger<TrackerMacros> logger)
{
    private const string Issues = "{issues:q=";
    private const string Dates = "{dates}";

    public static bool IsMacro(string line) => line == Dates || (line.StartsWith(Issues, StringComparison.Ordinal) && line.EndsWith('}'));

    public Task<Html> RenderAsync(string macro, string user, CancellationToken cancellationToken)
    {
        Task<Html> rendering = macro == Dates
            ? RenderDatesAsync(user, cancellationToken)
            : RenderIssuesAsync(query: macro[Issues.Length..^1], user, cancellationToken);
        return ExplainFailureAsync(rendering, user, cancellationToken);
    }

    private async Task<Html> RenderIssuesAsync(string query, string user, CancellationToken cancellationToken)
    {
        IReadOnlyList<Issue> issues = await tracker.FindIssuesAsync(user, query, cancellationToken);
        return issues.Count == 0
            ? Html.Of($"<p>No issues.</p>")
            : Html.Of($"<ul class=\"issues\">{issues.Select(issue => Html.Of($"<li><strong>{issue.Key}</strong> {issue.Summary}</li>"))}</ul>");
    }

    private async Task<Html> RenderDatesAsync(string user, CancellationToken cancellationToken)
    {
        FoundDates? found = await tracker.FindDatesAsync(user, cancellationToken);
        if (found is not { Dates.Count: > 0 }) return Html.Of($"<p>No dates.</p>");
        return Html.Of(
            $"""
             <ul class="issues">{found.Dates.Select(date => Html.Of($"<li><strong>{date.Day}</strong> {date.What}</li>"))}</ul>
             <p>The calendar was asked in the name of {found.User} by {string.Join(", asked by ", found.AskedBy)}.</p>
             """);
    }

    private async Task<Html> ExplainFailureAsync(Task<Html> rendering, string user, CancellationToken cancellationToken)
    {
        try
        {
            return await rendering;
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
            return Html.Of($"<p class=\"problem\">Nothing here: the tracker does not answer as it should. Try again later.</p>");
        }
    }

    private Html Refuse(ErrorCode code, string user)
    {
        logger.LogWarning("The tracker refused a request: {Code}", code.ToWireName());
        return Html.Of($"<p class=\"problem\">Nothing here: {Explain(code, user)} (<code>{code.ToWireName()}</code>)</p>");
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
