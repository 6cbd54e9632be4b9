namespace TrustedApps.Tests.Architecture;

/// <summary>Circles of a graph: the strongly connected sets of more than one node (Tarjan's algorithm).</summary>
internal sealed class Circles<T>
    where T : notnull
{
    private readonly IReadOnlyDictionary<T, HashSet<T>> _edges;
    private readonly Dictionary<T, (int Number, int Lowest)> _visited = [];
    private readonly Stack<T> _open = new();
    private readonly List<List<T>> _found = [];

    private Circles(IReadOnlyDictionary<T, HashSet<T>> edges) => _edges = edges;

    public static IReadOnlyList<IReadOnlyList<T>> In(IReadOnlyDictionary<T, HashSet<T>> edges)
    {
        var search = new Circles<T>(edges);
        foreach (T node in edges.Keys.Where(node => !search._visited.ContainsKey(node))) search.Visit(node);
        return search._found;
    }

    private void Visit(T node)
    {
        int number = _visited.Count;
        _visited[node] = (number, number);
        _open.Push(node);
        foreach (T next in _edges.GetValueOrDefault(node, []))
        {
            if (!_visited.ContainsKey(next)) Visit(next);
            if (_open.Contains(next)) _visited[node] = (number, Math.Min(_visited[node].Lowest, _visited[next].Lowest));
        }

        if (_visited[node].Lowest != number) return;
        List<T> circle = [];
        do circle.Add(_open.Pop());
        while (!circle[^1].Equals(node));
        if (circle.Count > 1) _found.Add(circle);
    }
}
