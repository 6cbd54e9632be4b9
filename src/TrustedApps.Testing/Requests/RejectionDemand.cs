using System.Net.Http.Headers;
using System.Security.Cryptography;
using TrustedApps.Testing.Hosting.Marks;

namespace TrustedApps.Testing.Requests;

/// <summary>
/// The rejection that a test demands. Each is caused by what causes it on a network: something changes the request on
/// its way, or a clock, an address or a store of the provider is not as it should be.
/// </summary>
/// <param name="Code">The code.</param>
/// <param name="RetryAfter">The Retry-After of UNAVAILABLE.</param>
internal sealed record RejectionDemand(ErrorCode Code, TimeSpan? RetryAfter)
{
    private const string Prefix = "X-Seraph-Trusted-App-";
    private const string OtherAddress = "192.0.2.1"; // RFC 5737
    private const string OtherId = "not-trusted";
    private const string OtherVersion = "999";

    // They depend on the users and the trust, which a stand-in has in its hand.
    private static readonly Dictionary<ErrorCode, string> _ofProviders = new()
    {
        [ErrorCode.UserUnknown] = " Name a user that the application does not know.",
        [ErrorCode.PermissionDenied] = " Name a user that may not log in, or set Conditions.",
        [ErrorCode.BadUrl] = " Set Conditions with other Urls.",
        [ErrorCode.BadMethod] = " Set Conditions with other Methods.",
    };

    private static readonly ErrorCode[] _ofRequests =
    [
        ErrorCode.ApplicationUnknown, ErrorCode.BadProtocolVersion, ErrorCode.BadRemoteAddress,
        ErrorCode.OldAssertion, ErrorCode.FutureAssertion, ErrorCode.BadGrant, ErrorCode.GrantNeeded,
        ErrorCode.BadMagic, ErrorCode.BadSignature, ErrorCode.BadDigest, ErrorCode.Replayed, ErrorCode.Unavailable,
    ];

    /// <summary>Creates a demand that every application under test fulfils.</summary>
    /// <exception cref="ArgumentException">The code is not one that can be demanded.</exception>
    public static RejectionDemand OfRequest(ErrorCode code, TimeSpan? retryAfter)
    {
        Require(code, retryAfter, _ofRequests, _ofProviders.GetValueOrDefault(code, ""));
        return new(code, retryAfter);
    }

    /// <summary>Creates a demand that the stand-in for a provider fulfils.</summary>
    /// <exception cref="ArgumentException">The code is not one that can be demanded.</exception>
    public static RejectionDemand OfProvider(ErrorCode code, TimeSpan? retryAfter)
    {
        Require(code, retryAfter, [.. _ofRequests, .. _ofProviders.Keys], remedy: "");
        return new(code, retryAfter);
    }

    /// <summary>Returns the conditions that cause the rejection where they are what causes it.</summary>
    /// <param name="conditions">The conditions of the trust.</param>
    public TrustConditions Restrict(TrustConditions conditions) => Code switch
    {
        ErrorCode.BadRemoteAddress => conditions with { Addresses = ["127.0.0.0/8", "::1"] },
        ErrorCode.BadUrl => conditions with { Urls = ["/no-request-is-below-this-path"] },
        ErrorCode.BadMethod => conditions with { Methods = ["NONE"] },
        _ => conditions,
    };

    /// <summary>Changes a signed request, and the mark that goes with it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mark">Its mark.</param>
    /// <param name="tolerance">The age that the provider accepts, and the skew.</param>
    /// <param name="cancellationToken">Cancels reading the content.</param>
    public async Task<RequestMark> ApplyAsync(
        HttpRequestMessage request, RequestMark mark, TimeSpan tolerance, CancellationToken cancellationToken)
    {
        HttpRequestHeaders headers = request.Headers;
        switch (Code)
        {
            case ErrorCode.ApplicationUnknown:
                Change(headers, "ID", _ => OtherId);
                break;
            case ErrorCode.BadProtocolVersion:
                Change(headers, "Version", _ => OtherVersion);
                break;
            case ErrorCode.BadGrant:
                Change(headers, "Key", _ => "not.a.grant");
                break;
            case ErrorCode.GrantNeeded: // names a key grant that the provider cannot have
                headers.Remove($"{Prefix}Key");
                Change(headers, "Cert", cert => $"e30{cert[cert.IndexOf('.', StringComparison.Ordinal)..]}");
                break;
            case ErrorCode.BadMagic: // another authentication tag
                Change(headers, "Cert", cert => ChangeAfter(cert, cert.LastIndexOf('.')));
                break;
            case ErrorCode.BadSignature:
                string more = mark.Target.Contains('?', StringComparison.Ordinal) ? "&" : "?";
                return mark with { Target = mark.Target + more };
            case ErrorCode.BadDigest:
                await ChangeContentAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case ErrorCode.BadRemoteAddress:
                return mark with { Address = OtherAddress };
            case ErrorCode.OldAssertion:
                return mark with { ClockShift = tolerance };
            case ErrorCode.FutureAssertion:
                return mark with { ClockShift = -tolerance };
            default:
                return mark with { Rejection = Code, RetryAfter = RetryAfter };
        }

        return mark;
    }

    private static void Require(ErrorCode code, TimeSpan? retryAfter, ErrorCode[] known, string remedy)
    {
        if (Array.IndexOf(known, code) < 0)
        {
            string codes = string.Join(", ", known.Order());
            throw new ArgumentException(
                $"The rejection {code} cannot be demanded of a request.{remedy} These can: {codes}.", nameof(code));
        }

        if (retryAfter is null) return;
        if (code != ErrorCode.Unavailable)
        {
            throw new ArgumentException($"Retry-After goes with Unavailable, and not with {code}.", nameof(retryAfter));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter.Value, TimeSpan.Zero, nameof(retryAfter));
    }

    private static void Change(HttpRequestHeaders headers, string name, Func<string, string> change)
    {
        string full = Prefix + name;
        string value = headers.NonValidated.TryGetValues(full, out HeaderStringValues values) ? values.ToString() : "";
        headers.Remove(full);
        headers.TryAddWithoutValidation(full, change(value));
    }

    private static string ChangeAfter(string text, int dot) =>
        string.Concat(text.AsSpan(0, dot + 1), text[dot + 1] == 'A' ? "B" : "A", text.AsSpan(dot + 2));

    private static async Task ChangeContentAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpContent? original = request.Content;
        byte[] content = original is null
            ? []
            : await original.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var changed = new ByteArrayContent([.. content, RandomNumberGenerator.GetBytes(1)[0]]);
        foreach ((string name, HeaderStringValues value) in original?.Headers.NonValidated ?? default)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                changed.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        request.Content = changed;
    }
}
