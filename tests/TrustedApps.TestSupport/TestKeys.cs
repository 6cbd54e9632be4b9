using TrustedApps.Keys;

namespace TrustedApps.TestSupport;

/// <summary>The applications of the tests. Their keys are fixed; see <see cref="ThrowAwayKeys"/>.</summary>
internal static class TestKeys
{
    private static readonly Lazy<ApplicationKeys> _wiki = new(() => ThrowAwayKeys.Of("wiki", 0));
    private static readonly Lazy<ApplicationKeys> _blog = new(() => ThrowAwayKeys.Of("blog", 1));
    private static readonly Lazy<ApplicationKeys> _tracker = new(() => ThrowAwayKeys.Of("tracker", 2));
    private static readonly Lazy<ApplicationKeys> _weak = new(() => new ApplicationKeys("weak", ThrowAwayKeys.OfBits(1024)));

    /// <summary>The consumer.</summary>
    public static ApplicationKeys Wiki => _wiki.Value;

    /// <summary>Another application, with a key of its own.</summary>
    public static ApplicationKeys Blog => _blog.Value;

    /// <summary>The provider.</summary>
    public static ApplicationKeys Tracker => _tracker.Value;

    /// <summary>An application with a key of 1,024 bits.</summary>
    public static ApplicationKeys Weak => _weak.Value;
}
