namespace TrustedApps.Tests;

/// <summary>Properties: a claim that must hold for every generated value.</summary>
internal static class Claims
{
    public static void Hold<T>(Gen<T> values, Func<T, bool> claim, int runs = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), Prop.ForAll(values.ToArbitrary(), claim));
}
