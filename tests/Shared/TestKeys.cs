using System.Security.Cryptography;

namespace TrustedApps.Tests.Shared;

/// <summary>Keys, made once for all tests of a project.</summary>
internal static class TestKeys
{
    private static readonly Lazy<ApplicationKeys> _wiki = new(() => ApplicationKeys.Generate("wiki", 2048));
    private static readonly Lazy<ApplicationKeys> _blog = new(() => ApplicationKeys.Generate("blog", 2048));
    private static readonly Lazy<ApplicationKeys> _tracker = new(() => ApplicationKeys.Generate("tracker", 2048));
    private static readonly Lazy<ApplicationKeys> _weak = new(GenerateWeak);

    /// <summary>The consumer.</summary>
    public static ApplicationKeys Wiki => _wiki.Value;

    /// <summary>Another application, with a key of its own.</summary>
    public static ApplicationKeys Blog => _blog.Value;

    /// <summary>The provider.</summary>
    public static ApplicationKeys Tracker => _tracker.Value;

    /// <summary>An application with a key of 1,024 bits.</summary>
    public static ApplicationKeys Weak => _weak.Value;

    private static ApplicationKeys GenerateWeak()
    {
        using RSA rsa = RSA.Create(1024);
        return ApplicationKeys.Import("weak", rsa.ExportPkcs8PrivateKeyPem());
    }
}
