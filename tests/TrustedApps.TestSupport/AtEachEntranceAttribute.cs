using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace TrustedApps.TestSupport;

/// <summary>Runs a theory at each entrance, with each of some values where there are any.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AtEachEntranceAttribute(params object?[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows = [.. Enum.GetValues<Entrance>().SelectMany(entrance => values.Length == 0
            ? [new TheoryDataRow(entrance)]
            : values.Select(value => new TheoryDataRow(entrance, value)))];
        return new(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
