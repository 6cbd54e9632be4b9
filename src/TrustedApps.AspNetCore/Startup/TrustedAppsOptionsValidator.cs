using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Validates the options at start-up: each message names the setting and the remedy.</summary>
internal sealed class TrustedAppsOptionsValidator(IServiceProviderIsService? services = null)
    : IValidateOptions<TrustedAppsOptions>
{
    public ValidateOptionsResult Validate(string? name, TrustedAppsOptions options) =>
        SchemeProblems.Result(
            name, [.. FindProblemsOfEvents(options), .. FindProblems(options)], options.SectionPath);

    private IEnumerable<string> FindProblemsOfEvents(TrustedAppsOptions options)
    {
        if (options.EventsType is { } type)
        {
            if (!type.IsAssignableTo(typeof(TrustedAppsEvents)))
            {
                yield return $"EventsType is {type.Name}, which does not derive from TrustedAppsEvents. Derive it, and override Authenticated or Rejected.";
            }
            else if (services?.IsService(type) == false)
            {
                yield return $"EventsType is {type.Name}, which is not registered. Add services.AddScoped<{type.Name}>().";
            }
        }

        if (options.UncheckedEvents is not TrustedAppsEvents)
        {
            yield return "Events must be a TrustedAppsEvents. Leave it as it is, and set OnAuthenticated or OnRejected of it.";
        }
    }

    private static IEnumerable<string> FindProblems(TrustedAppsOptions options)
    {
        if (options.Name is not null && !DisplayName.IsValid(options.Name))
        {
            yield return "Name must be 1 to 255 characters without control and bidirectional-formatting characters; leave it out for the id.";
        }

        if (options.BaseUrls.Count == 0)
        {
            string missing = options.MissingSection is { } section ? $" {section}" : "";
            yield return $"BaseUrls is empty. Set the public base URLs under which users and applications reach this application, such as https://tracker.example/app.{missing}";
        }

        if (FindProblemOfKeys(options) is { } wrong) yield return wrong;

        foreach (string text in options.BaseUrls.Where(text => !BaseUrl.TryParse(text, out _)))
        {
            yield return $"BaseUrls: {BaseUrl.FindProblem(text)}";
        }

        if (
            options.PathPrefix.Length > 0
            && (
                options.PathPrefix is not ['/', not '/', ..]
                || !BaseUrl.TryParse($"http://localhost{options.PathPrefix}", out _)
            )
        )
        {
            yield return $"PathPrefix '{options.PathPrefix}' must be empty, or a path that begins with a slash and does not end with one, such as /app.";
        }

        foreach (
            var twice in options
                .Applications.Where(application => application.Id is not null)
                .GroupBy(application => application.Id, StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
        )
        {
            yield return $"Applications: the id '{twice.Key}' is there {twice.Count()} times. Configure one trust for each application.";
        }

        if (
            options.ClockSkew < TimeSpan.Zero
            || options.ClockSkew > TimeSpan.FromMinutes(1)
            || options.ClockSkew.Ticks % TimeSpan.TicksPerSecond != 0
        )
        {
            yield return "ClockSkew must be zero to 60 seconds, in whole seconds.";
        }

        if (options.MaxGrantLifetime < TimeSpan.FromMinutes(1) || options.MaxGrantLifetime > TimeSpan.FromHours(1))
        {
            yield return "MaxGrantLifetime must be 1 minute to 1 hour.";
        }

        if (options.MaxBufferedContent is < 0 or > 1 << 30)
        {
            yield return "MaxBufferedContent must be 0 to 1073741824 bytes.";
        }

        if (options.MaxContentTime < TimeSpan.Zero || options.MaxContentTime > TimeSpan.FromHours(1))
        {
            yield return $"MaxContentTime must be 00:00:00 to 01:00:00, but is {options.MaxContentTime}.";
        }

        foreach (string name in options.RequiredHeaders)
        {
            if (!BoundHeaderName.IsValid(name.ToLowerInvariant()))
            {
                yield return BoundHeaderName.Explain(nameof(options.RequiredHeaders), name);
            }
        }

        if (options.CertificateHold < TimeSpan.Zero || options.CertificateHold > TimeSpan.FromDays(30))
        {
            yield return "CertificateHold must be zero to 30 days.";
        }

        foreach (string problem in FindProblemsOfVersion4(options)) yield return problem;

        for (int index = 0; index < options.Applications.Count; index++)
        {
            if (FindProblem(options.Applications[index], options) is { } problem)
            {
                yield return $"Applications:{index}: {problem}";
            }
        }
    }

    private static string? FindProblemOfKeys(TrustedAppsOptions options)
    {
        if (options.KeySource is not { } source) return null;
        if (options.Keys is not null)
        {
            return $"Keys = '{options.Keys}' and KeySource are both set. Remove one: the keys come from one place.";
        }

        string? problem = string.IsNullOrEmpty(source.Id ?? options.Id)
            ? "Id is missing: set it, or Id beside KeySource, to this application's id."
            : source.FindProblem();
        return problem is null ? null : $"KeySource:{problem}";
    }

    private static IEnumerable<string> FindProblemsOfVersion4(TrustedAppsOptions options)
    {
        if (options.AllowHttp || !options.Applications.Any(application => application.IsVersion4)) yield break;
        foreach (
            string text in options.BaseUrls.Where(text => BaseUrl.TryParse(text, out BaseUrl? url) && !url.IsProtected)
        )
        {
            yield return $"BaseUrls: {text} is plain http, where every host on the way can read the responses. Use https.";
        }
    }

    private static string? FindProblem(TrustedApplicationOptions application, TrustedAppsOptions options)
    {
        int sources =
            (application.PublicKey is null ? 0 : 1)
            + (application.CertificateUrl is null ? 0 : 1)
            + (application.CertificateFile is null ? 0 : 1);
        if (sources != 1)
        {
            return "set either CertificateUrl with Fingerprint, or CertificateFile, or for older versions PublicKey.";
        }

        if (application.PublicKey is not null && application.Id is null) return "set Id: the application's id.";
        if (application.CertificateUrl is not null && application.AllFingerprints.Count == 0)
        {
            return "set Fingerprint: the one that the application's administrator sees ('trusted-apps certificate read URL' shows it). Without it, any server that answers at CertificateUrl would be trusted.";
        }

        if (
            application.CertificateUrl is not null
            && !Uri.TryCreate(application.CertificateUrl, UriKind.Absolute, out _)
        )
        {
            return $"CertificateUrl '{application.CertificateUrl}' is not a valid URL.";
        }

        if (ComparedFingerprints.FindProblem(application.AllFingerprints) is { } text) return $"Fingerprints: {text}";
        if (application.CertificateUrl is { } fetched && !BaseUrl.TryParse(BaseOf(fetched), out _))
        {
            return $"CertificateUrl: {BaseUrl.FindProblem(BaseOf(fetched))}";
        }

        if (options.Id is { } own && application.Id == own)
        {
            return $"Id '{own}' is this application's own. An application does not trust itself: remove the trust.";
        }

        if (application.CertificateFile is not null && !application.IsVersion4)
        {
            return "CertificateFile is for version 4; for older versions set PublicKey.";
        }

        if (application.Legacy is not null && !application.IsVersion4)
        {
            return "Legacy is for applications that speak version 4: set Versions alone.";
        }

        try
        {
            TrustConditions conditions = application.ToConditions();
            if (application.IsVersion4) conditions.RequireVersion4();
            if (application.PublicKey is not null)
            {
                _ = new TrustedApplication(application.Id!, RsaPublicKey.Parse(application.PublicKey), conditions);
            }

            TrustConditions? legacy = application.IsVersion4 ? application.Legacy?.ToAccess().Conditions : conditions;
            return legacy is null ? null : FindForgeableOverHttp(legacy, options);
        }
        catch (ArgumentException bad)
        {
            return bad.Message;
        }
    }

    private static string BaseOf(string url)
    {
        string text = new Uri(url).GetLeftPart(UriPartial.Path).TrimEnd('/');
        foreach (string path in (string[])[ApplicationCertificate.Path, LegacyCertificate.Path])
        {
            if (text.EndsWith(path, StringComparison.Ordinal)) text = text[..^path.Length];
        }

        return text;
    }

    private static string? FindForgeableOverHttp(TrustConditions conditions, TrustedAppsOptions options)
    {
        if (
            options.AllowForgeableVersionsOverHttp
            || conditions.Versions is null
            || !conditions.Versions.Any(version => version.IsForgeable)
        )
        {
            return null;
        }

        string? open = options.BaseUrls.FirstOrDefault(text =>
            BaseUrl.TryParse(text, out BaseUrl? url) && !url.IsProtected
        );
        return open is null
            ? null
            : $"versions 1 and 2 over plain http ({open}) let an attacker who reads one request make others for any user. Use https or version 3.";
    }
}
