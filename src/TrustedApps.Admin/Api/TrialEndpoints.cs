using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Admin.Forms;

namespace TrustedApps.Admin.Api;

/// <summary>Previews of certificates and trials of conditions. They change nothing.</summary>
internal static class TrialEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/certificates/preview", (Delegate)PreviewAsync)
            .With(
                new("previewCertificate", "Fetches a certificate, to compare its fingerprints")
                {
                    Body = typeof(PreviewBody),
                    Answer = typeof(PreviewAnswer),
                }
            );
        api.MapPost("/conditions/check", (Delegate)CheckAsync)
            .With(
                new(
                    "checkConditions",
                    "Says whether a request would be allowed, by the conditions and by the users of this application: suspension, time, signature and replay are not checked"
                )
                {
                    Body = typeof(TrialBody),
                    Answer = typeof(TrialAnswer),
                }
            );
    }

    private static async Task<IResult> PreviewAsync(HttpContext context)
    {
        PreviewBody body = await JsonBody.ReadAsync<PreviewBody>(context);
        return new JsonAnswer<PreviewAnswer>(
            PreviewAnswer.Of(await ComparedCertificate.FindAsync(context, body.BaseUrl)),
            ApiJson.Default.PreviewAnswer
        );
    }

    private static async Task<IResult> CheckAsync(HttpContext context)
    {
        TrialBody body = await JsonBody.ReadAsync<TrialBody>(context);
        return new JsonAnswer<TrialAnswer>(await TryAsync(context, body), ApiJson.Default.TrialAnswer);
    }

    private static async Task<TrialAnswer> TryAsync(HttpContext context, TrialBody body)
    {
        TrustConditions conditions = ConditionsReading.Read(body.Conditions, "conditions");
        ProtocolVersion version = ConditionsReading.Require("version", () => ProtocolVersion.Parse(body.Version));
        if (!body.Target.StartsWith('/'))
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "The target must be a path that begins with a slash; a query may follow.",
                "target"
            );
        }

        if (!IsAccepted(version, conditions))
        {
            return new TrialAnswer(
                Allowed: false,
                ErrorCode.BadProtocolVersion.ToWireName(),
                $"The trust does not accept version {version}: add it to the trust's versions if it should."
            );
        }

        var trial = new Trial
        {
            Version = version,
            Address = ReadAddress(body.Address),
            Method = body.Method,
            Path = body.Target,
            User = body.User,
            Origin = body.Application ?? "",
            Users = context.RequestServices.GetUserResolver(ApiScheme.Of(context)),
        };
        TrialResult result = await trial.RunAsync(conditions, context.RequestAborted);
        return new TrialAnswer(result.IsAllowed, result.Code, result.IsAllowed ? null : result.Text);
    }

    // Without a list it depends on the trust: version 4 with a version 4 certificate, otherwise version 3.
    private static bool IsAccepted(ProtocolVersion version, TrustConditions conditions) =>
        conditions.Versions is { } versions
            ? versions.Contains(version)
            : version == ProtocolVersion.Version4 || version == ProtocolVersion.Atlassian3;

    // "1" is 0.0.0.1 for the parser; for an administrator it is a mistake.
    private static IPAddress ReadAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            ? address
            : throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "The address must be an IPv4 or IPv6 address.",
                "address"
            );
}
