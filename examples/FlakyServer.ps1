# A loopback web server for the examples, in a runspace of its own: every tenth item answers 503 at first, number 42 does
# not exist, and more than 100 calls a second are answered with 429 and Retry-After. Dispose the result to end it.
function Start-FlakyServer {
    $listener = [System.Net.HttpListener]::new()
    foreach ($attempt in 1..20) {
        $address = "http://127.0.0.1:$(Get-Random -Minimum 20000 -Maximum 60000)/"
        $listener.Prefixes.Clear()
        $listener.Prefixes.Add($address)
        try { $listener.Start(); break } catch { if ($attempt -eq 20) { throw } }
    }

    $server = [powershell]::Create().AddScript({
            param($listener)
            $calls = @{}
            $second = $inSecond = 0
            while ($listener.IsListening) {
                try { $context = $listener.GetContext() } catch { return }
                $number = [int]$context.Request.Url.AbsolutePath.Split('/')[-1]
                $now = [Environment]::TickCount64 -shr 10
                if ($now -ne $second) { $second = $now; $inSecond = 0 }
                $response = $context.Response
                if (++$inSecond -gt 100) { $response.StatusCode = 429; $response.Headers['Retry-After'] = '1' }
                elseif ($number -eq 42) { $response.StatusCode = 404 }
                elseif ($number % 10 -eq 7 -and ++$calls[$number] -eq 1) { $response.StatusCode = 503 }
                $body = [Text.Encoding]::UTF8.GetBytes("{ `"id`": $number, `"state`": `"ready`" }")
                $response.ContentType = 'application/json'
                if ($response.StatusCode -eq 200) { $response.OutputStream.Write($body) }
                $response.Close()
            }
        }).AddArgument($listener)
    $null = $server.BeginInvoke()

    [pscustomobject]@{ Address = $address; Listener = $listener } |
        Add-Member -MemberType ScriptMethod -Name Dispose -Value { $this.Listener.Close() } -PassThru
}
