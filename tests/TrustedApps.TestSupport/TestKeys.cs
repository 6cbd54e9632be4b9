using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>Keys, made once for all tests of a project.</summary>
internal static class TestKeys
{
    private static readonly Lazy<ApplicationKeys> _wiki = new(() => Generate("wiki"));
    private static readonly Lazy<ApplicationKeys> _blog = new(() => Generate("blog"));
    private static readonly Lazy<ApplicationKeys> _tracker = new(() => Generate("tracker"));
    private static readonly Lazy<ApplicationKeys> _weak = new(GenerateWeak);

    /// <summary>The consumer.</summary>
    public static ApplicationKeys Wiki => _wiki.Value;

    /// <summary>Another application, with a key of its own.</summary>
    public static ApplicationKeys Blog => _blog.Value;

    /// <summary>The provider.</summary>
    public static ApplicationKeys Tracker => _tracker.Value;

    /// <summary>An application with a key of 1,024 bits.</summary>
    public static ApplicationKeys Weak => _weak.Value;

    // Yesterday: certificates of today would be issued in the future for a clock that is behind.
    private static ApplicationKeys Generate(string id) => ApplicationKeys.Generate(id, 2048, new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1)));

    private static ApplicationKeys GenerateWeak()
    {
        using RSA rsa = RSA.Create(1024);
        return ApplicationKeys.Import("weak", rsa.ExportPkcs8PrivateKeyPem());
    }
}
