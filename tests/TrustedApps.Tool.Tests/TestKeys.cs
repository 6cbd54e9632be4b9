using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests;

/// <summary>Keys that tests share: making them takes a while.</summary>
internal static class TestKeys
{
    public static ApplicationKeys Wiki { get; } = ApplicationKeys.Generate("wiki", 2048);

    public static ApplicationKeys Tracker { get; } = ApplicationKeys.Generate("tracker", 2048);

    public static ApplicationKeys Blog { get; } = ApplicationKeys.Generate("blog", 2048);
}
