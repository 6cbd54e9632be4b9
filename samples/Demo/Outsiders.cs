using TrustedApps.Keys;

namespace Demo;

/// <summary>Applications other than the wiki. Keys for both are made once: that takes time.</summary>
internal static class Outsiders
{
    private const int Bits = 2048;

    /// <summary>The tracker trusts this one, at an address where it is not.</summary>
    public static ApplicationKeys Stray { get; } = ApplicationKeys.Generate("stray:1", Bits);

    /// <summary>An old application that speaks version 3 and nothing newer.</summary>
    public static ApplicationKeys Old { get; } = ApplicationKeys.Generate("old:1", Bits);

    /// <summary>Somebody with keys that nobody trusts, under whatever id.</summary>
    public static ApplicationKeys Named(string id) => ApplicationKeys.Generate(id, Bits);
}
