using System.Numerics;

namespace TrustedApps.Bench.Setup;

/// <summary>Marks by the million, all different, at next to no cost (SplitMix64 on both halves).</summary>
internal sealed class Marks
{
    private ulong _state = 1;

    public UInt128 Next() => new(NextHalf(), NextHalf());

    public void Draw(Span<UInt128> marks)
    {
        foreach (ref UInt128 mark in marks) mark = Next();
    }

    private ulong NextHalf()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ BitOperations.RotateRight(mixed, 31);
    }
}
