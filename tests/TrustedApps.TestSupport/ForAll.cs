using FsCheck;
using FsCheck.Fluent;

namespace TrustedApps.TestSupport;

/// <summary>Claims that must hold for every generated value.</summary>
internal static class ForAll
{
    /// <summary>
    /// Returns the claim as the property of a test with <c>[Property]</c>, which checks 500 values unless the attribute
    /// gives another number. A failure shows its seed: put it into the attribute as <c>Replay = "..."</c>.
    /// </summary>
    public static Property In<T>(Gen<T> values, Func<T, bool> claim) => Prop.ForAll(values.ToArbitrary(), claim);

    /// <summary>Checks the claim within a theory, which cannot be a property. A failure shows its seed.</summary>
    public static void Check<T>(Gen<T> values, Func<T, bool> claim, int runs = 500) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), In(values, claim));
}
