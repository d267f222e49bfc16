# What a caller keeps secret must be found neither in the journal's files nor in the list of processes. The secret is a
# word that stands nowhere else; it reaches the process under test by its environment alone.
BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    # Run.ps1 sets Stop, and so may whoever runs the tests.
    $ErrorActionPreference = 'Continue'
    $manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")
    # Long enough for a loaded machine; only a test that hangs ever waits for it.
    $guard = [timespan]::FromSeconds(60)
    $canary = "canary$([guid]::NewGuid().ToString('n'))"

    <# Runs a script file in a process of its own, looks at its command line meanwhile and at its journal's files before and after it is closed. #>
    function Find-Canary([string] $Script) {
        $folder = "$TestDrive/$([guid]::NewGuid())"
        $null = New-Item $folder -ItemType Directory
        $file = "$folder/Runbook.ps1"
        Set-Content -LiteralPath $file -Value @"
`$ErrorActionPreference = 'Continue'
Import-Module '$manifest'
function Say(`$word) { [Console]::Out.WriteLine(`$word); `$null = [Console]::In.ReadLine() }
`$secret = `$env:BATCHOPS_TEST_CANARY
`$journal = '$folder/run.db'
$Script
"@
        $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        $start.RedirectStandardOutput = $start.RedirectStandardInput = $start.RedirectStandardError = $true
        $start.Environment['BATCHOPS_TEST_CANARY'] = $canary
        '-NoProfile', '-NonInteractive', '-File', $file | ForEach-Object { $start.ArgumentList.Add($_) }
        $process = [System.Diagnostics.Process]::Start($start)
        $null = $process.StandardError.ReadToEndAsync()
        $found = [System.Collections.Generic.List[string]]::new()
        $rounds = 0
        try {
            # It says 'look' while its run is at work and again when it has ended.
            while ($true) {
                $line = $process.StandardOutput.ReadLineAsync()
                if (-not $line.Wait($guard)) { throw 'Gave up waiting for the process.' }
                if ($null -eq $line.Result) { break }
                if ($line.Result -ne 'look') { continue }
                $rounds++
                foreach ($file in Get-ChildItem $folder -Filter run.db*) {
                    if (Test-Bytes $file.FullName) { $found.Add($file.Name) }
                }
                if ($IsLinux -and (Test-Bytes "/proc/$($process.Id)/cmdline")) { $found.Add('cmdline') }
                $process.StandardInput.WriteLine()
            }
        }
        finally {
            if (-not $process.HasExited) { $process.Kill($true) }
            $process.Dispose()
        }
        $rounds | Should -Be 2 -Because 'the files are looked at during the run and after it'
        $bytes = [System.IO.File]::ReadAllBytes("$folder/run.db")
        [System.Text.Encoding]::UTF8.GetString($bytes).Contains('a word to be found') | Should -BeTrue -Because 'what is not secret is in the journal'
        if (Test-Bytes "$folder/run.db") { $found.Add('run.db at the end') }
        $found
    }

    function Test-Bytes([string] $Path) {
        $stream = [System.IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
        try {
            $memory = [System.IO.MemoryStream]::new()
            $stream.CopyTo($memory)
            $bytes = $memory.ToArray()
        }
        finally { $stream.Dispose() }
        foreach ($encoding in [System.Text.Encoding]::UTF8, [System.Text.Encoding]::Unicode) {
            $text = [System.Text.Encoding]::Latin1.GetString($encoding.GetBytes($canary))
            $plain = [System.Text.Encoding]::Latin1.GetString($bytes)
            if ($plain.Contains($text, 'OrdinalIgnoreCase')) { return $true }
        }
        # And as base64, as a Basic header would have it.
        $plain.Contains([Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("me:$canary")))
    }
}

Describe 'A secret' {
    It 'as <What> is not in the journal' -ForEach @(
        @{
            What = 'SecureString and PSCredential, as item, value, key and output'
            Script = @'
$secure = [securestring]::new(); $secret.ToCharArray() | ForEach-Object { $secure.AppendChar($_) }
$credential = [pscredential]::new('me', $secure)
[pscustomobject]@{ Id = 1; Login = $credential; Password = $secure } | Invoke-ConcurrentBatch {
    'a word to be found'
    $using:credential; $using:secure; $_; @{ pass = $shared }
    [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine()
} -Variable @{ shared = $secure } -Journal $journal -Name secrets -JournalContent All -Key Id | Out-Null
Say look
'@
        }
        @{
            What = '$using: and -Variable value in plain text'
            Script = @'
1..3 | Invoke-ConcurrentBatch {
    'a word to be found'
    $null = "$using:secret $more".Length
    if ($_ -eq 2) { [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine() }
} -Variable @{ more = $secret } -Journal $journal -Name secrets -JournalContent All | Out-Null
Say look
'@
        }
        @{
            What = 'value that a step used'
            Script = @'
1 | Invoke-ConcurrentBatch {
    Invoke-BatchStep login { $null = "$using:secret".Length; 'a word to be found' }
    [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine()
} -Journal $journal -Name secrets -JournalContent All | Out-Null
Say look
'@
        }
        @{
            What = 'part of an error message: <key>, tokens, headers, addresses'
            Script = @'
$messages = @(
    "GET https://example.org/v1?key=$secret&q=1 failed"
    "The request had the header Authorization: Bearer $secret and failed"
    "The request had the header Authorization: Basic $([Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes("me:$secret")))"
    "could not open Server=tcp:x;User Id=me;Password=$secret;Encrypt=True"
    "clone of https://me:$secret@example.org/x.git failed"
    "{""api_key"": ""$secret"", ""error"": ""no""}"
)
1..7 | Invoke-ConcurrentBatch {
    if ($_ -eq 7) { [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine(); throw 'a word to be found' }
    throw ($using:messages)[$_ - 1]
} -Journal $journal -Name secrets -JournalContent All -ErrorAction SilentlyContinue
Say look
'@
        }
        @{
            What = 'Authorization header of a web request whose failure quotes it'
            Script = @'
$listener = [System.Net.HttpListener]::new()
$port = & { $probe = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0); $probe.Start(); $probe.LocalEndpoint.Port; $probe.Stop() }
$listener.Prefixes.Add("http://127.0.0.1:$port/")
$listener.Start()
$server = Start-ThreadJob {
    $context = ($using:listener).GetContext()
    $body = [System.Text.Encoding]::UTF8.GetBytes("{""error"": ""a word to be found"", ""headers"": {""Authorization"": ""$($context.Request.Headers['Authorization'])""}}")
    $context.Response.StatusCode = 401
    $context.Response.OutputStream.Write($body)
    $context.Response.Close()
}
1 | Invoke-ConcurrentBatch {
    [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine()
    Invoke-RestMethod "http://127.0.0.1:$using:port/" -Headers @{ Authorization = "Bearer $using:secret" }
} -Journal $journal -Name secrets -JournalContent All -ErrorAction SilentlyContinue
Say look
'@
        }
    ) {
        Find-Canary $Script | Should -BeNullOrEmpty
    }

    It 'that an item returns is the caller''s own and is found: the search finds what is there' {
        $found = Find-Canary @'
1 | Invoke-ConcurrentBatch { 'a word to be found'; $using:secret; [System.Console]::Out.WriteLine('look'); $null = [System.Console]::In.ReadLine() } -Journal $journal -Name secrets | Out-Null
Say look
'@
        $found | Should -Contain 'run.db at the end'
    }
}
