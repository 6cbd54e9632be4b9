using System.Net;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Forms;

/// <summary>A request that an administrator tries conditions with.</summary>
internal sealed record TryForm
{
    public string Address { get; init; } = "";

    public string Method { get; init; } = "GET";

    public string Path { get; init; } = "/";

    public string User { get; init; } = "";

    /// <summary>The result; null before the request was tried.</summary>
    public TryResult? Result { get; init; }

    public static TryForm Read(IFormCollection form) => new()
    {
        Address = ((string?)form["tryAddress"] ?? "").Trim(),
        Method = ((string?)form["tryMethod"] ?? "").Trim(),
        Path = ((string?)form["tryPath"] ?? "").Trim(),
        User = (string?)form["tryUser"] ?? "",
    };

    /// <summary>Tries the request with conditions.</summary>
    public TryForm Try(TrustConditions conditions, bool isLegacy)
    {
        if (!IPAddress.TryParse(Address, out IPAddress? address))
        {
            return this with
            {
                Result = new TryResult(false, null, "Say the address that the request comes from, such as 192.0.2.7."),
            };
        }

        if (Method.Length == 0)
        {
            return this with { Result = new TryResult(false, null, "Say the request's method, such as GET.") };
        }

        ProtocolVersion version = isLegacy
            ? conditions.Versions?[0] ?? ProtocolVersion.Atlassian3
            : ProtocolVersion.Version4;
        return this with
        {
            Result = conditions.FindRejection(version, address, Method, Path, User.Length == 0 ? null : User)
                is { } refusal
                ? new TryResult(false, refusal.Code.ToWireName(), refusal.Detail)
                : new TryResult(true, null, "This request would be allowed."),
        };
    }
}

/// <summary>The result of trying a request.</summary>
/// <param name="IsAllowed">Whether it would be allowed.</param>
/// <param name="Code">The code of the refusal; null where nothing could be tried.</param>
/// <param name="Text">A sentence for the administrator.</param>
internal sealed record TryResult(bool IsAllowed, string? Code, string Text);
