using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrustedApps.Certificates;

namespace TrustedApps.Tool;

/// <summary>The options of every command that fetches a certificate.</summary>
internal sealed class FetchSymbols
{
    private readonly Option<bool> _allowHttp = new("--allow-http")
    {
        Description = "Fetch by plain http from another host, too. Compare the fingerprints with special care.",
    };
    private readonly Option<string> _proxy = new("--proxy")
    {
        Description =
            "The proxy that the fetch uses, such as http://proxy.example:3128. Without it none is used, whatever the environment says.",
        HelpName = "URL",
    };
    private readonly FileOption _authority = new(
        "--ca",
        "A PEM file with the certificate authorities that the server's TLS certificate must come from. Without it, those of this machine.",
        required: false
    );

    public FetchSymbols() => _proxy.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: string text }] && !IsProxy(text))
        {
            result.AddError("--proxy must be the http URL of a proxy with its port, such as http://proxy.example:3128.");
        }
    });

    public void AddTo(Command command)
    {
        command.Add(_allowHttp);
        command.Add(_proxy);
        command.Add(_authority);
    }

    /// <exception cref="BadInputException">The file of authorities cannot be read.</exception>
    public CertificateClient CreateClient(ParseResult parsed)
    {
        string? proxy = parsed.GetValue(_proxy);
        X509ChainPolicy? authorities = parsed.GetValue(_authority) is { } file ? ReadAuthorities(file) : null;
        return new CertificateClient(new CertificateClientOptions
        {
            AllowHttp = parsed.GetValue(_allowHttp),
            ConfigureHandler = handler =>
            {
                if (proxy is not null) handler.Proxy = new WebProxy(proxy);
                handler.SslOptions.CertificateChainPolicy = authorities;
            },
        });
    }

    private static bool IsProxy(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/";

    private static X509ChainPolicy ReadAuthorities(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // as HttpClient does by default
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BadInputException($"--ca: {file} cannot be read: {unreadable.Message}");
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new BadInputException($"--ca: {file} holds no certificate in PEM.");
    }
}
