namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>Changes one thing in a request or a response.</summary>
internal sealed class Mutation(Random random)
{
    public Message Of(Message message)
    {
        Message changed = message.Copy();
        switch (random.Next(9))
        {
            case 0: changed.Method = random.Next(2) == 0 ? Flip(message.Method) : message.Method == "GET" ? "POST" : "GET"; break;
            case 1: changed.Target = "/" + Flip(message.Target[1..]); break;
            case 2: changed.Content = Of(message.Content); break;
            case 3: changed.Headers.Add(new(random.Next(2) == 0 ? "Idempotency-Key" : "If-Match", "\"9\"")); break;
            case 4: changed.Headers.Add(new("Connection", "idempotency-key")); break;
            case 5: changed.Headers.Add(new("X-HTTP-Method-Override", "DELETE")); break;
            default:
                int at = random.Next(changed.Headers.Count);
                Change(changed.Headers, at);
                break;
        }

        return changed;
    }

    public Reply Of(Reply reply)
    {
        List<KeyValuePair<string, string>> headers = [.. reply.Headers], trailers = [.. reply.Trailers];
        switch (random.Next(5))
        {
            case 0: return reply with { Status = random.Next(2) == 0 ? 200 : reply.Status ^ (1 << random.Next(3)) };
            case 1: return reply with { Content = Of(reply.Content) };
            case 2 when trailers.Count > 0:
                Change(trailers, random.Next(trailers.Count));
                return reply with { Trailers = trailers };
            case 3: return reply.With(random.Next(3) switch { 0 => "Location", 1 => "Content-Encoding", _ => "Content-Type" }, "x");
            default:
                Change(headers, random.Next(headers.Count));
                return reply with { Headers = headers };
        }
    }

    private void Change(List<KeyValuePair<string, string>> headers, int at)
    {
        (string name, string value) = headers[at];
        switch (random.Next(6))
        {
            case 0: headers.RemoveAt(at); break;
            case 1: headers.Add(headers[at]); break;
            case 2: headers[at] = new(name, value + (random.Next(2) == 0 ? "A" : "=")); break;
            case 3: headers[at] = new(name, value[..random.Next(value.Length + 1)]); break;
            default: headers[at] = new(name, Flip(value)); break;
        }
    }

    private byte[] Of(byte[] content)
    {
        if (content.Length == 0) return [1];
        switch (random.Next(3))
        {
            case 0: return content[..random.Next(content.Length)];
            case 1: return [.. content, 0];
            default:
                byte[] flipped = [.. content];
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
        }
    }

    // Another printable character in one place.
    private string Flip(string text)
    {
        if (text.Length == 0) return "A";
        char[] characters = text.ToCharArray();
        int at = random.Next(characters.Length);
        char flipped = (char)(characters[at] ^ (1 << random.Next(7)));
        characters[at] = flipped is > ' ' and <= '~' and not '#' ? flipped : characters[at] == 'A' ? 'B' : 'A';
        return new string(characters);
    }
}
