"""An OAuth 1.0a service provider (RFC 5849) on 127.0.0.1, with oauthlib's checks and everything in memory.

Its first line of input is its settings as JSON; it writes its port, and ends when its input does.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint, WebApplicationServer
from oauthlib.oauth1.rfc5849.errors import OAuth1Error


class Validator(RequestValidator):
    enforce_ssl = False
    dummy_client = "dummy"
    dummy_request_token = "dummy"
    dummy_access_token = "dummy"

    def __init__(self, settings):
        super().__init__()
        self.settings = settings
        self.request_tokens = {}
        self.access_tokens = {
            token: {"oauth_token_secret": secret, "realm": ""}
            for token, secret in settings["accessTokens"].items()
        }
        self.nonces = set()
        self.lock = threading.Lock()

    @property
    def allowed_signature_methods(self):
        return self.settings["signatureMethods"]

    # Any form of key, token and nonce is taken: their length is each provider's own affair.
    def check_client_key(self, client_key):
        return bool(client_key)

    check_request_token = check_access_token = check_nonce = check_verifier = check_client_key

    def check_realms(self, realms):
        return True

    def validate_client_key(self, client_key, request):
        return client_key == self.settings["clientKey"]

    def get_client_secret(self, client_key, request):
        return self.settings["clientSecret"]

    def get_rsa_key(self, client_key, request):
        return self.settings["rsaPublicKey"]

    def validate_timestamp_and_nonce(
        self, client_key, timestamp, nonce, request, request_token=None, access_token=None
    ):
        seen = (client_key, timestamp, nonce, request_token, access_token)
        with self.lock:
            fresh = seen not in self.nonces
            self.nonces.add(seen)
        return fresh

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return self.request_tokens.get(token, {}).get("realm", "").split()

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def verify_realms(self, token, realms, request):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri is not None

    def save_request_token(self, token, request):
        self.request_tokens[token["oauth_token"]] = {
            **token,
            "realm": request.realm or "",
            "redirect_uri": request.redirect_uri,
        }

    def validate_request_token(self, client_key, token, request):
        return token in self.request_tokens

    def verify_request_token(self, token, request):
        return token in self.request_tokens

    def get_request_token_secret(self, client_key, token, request):
        return self.request_tokens.get(token, {}).get("oauth_token_secret", "dummy")

    def get_redirect_uri(self, token, request):
        return self.request_tokens[token]["redirect_uri"]

    def save_verifier(self, token, verifier, request):
        self.request_tokens[token]["verifier"] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        return verifier is not None and self.request_tokens.get(token, {}).get("verifier") == verifier

    def invalidate_request_token(self, client_key, request_token, request):
        self.request_tokens.pop(request_token, None)

    def save_access_token(self, token, request):
        realm = self.get_realms(request.resource_owner_key, request)
        self.access_tokens[token["oauth_token"]] = {**token, "realm": " ".join(realm)}

    def validate_access_token(self, client_key, token, request):
        return token in self.access_tokens

    def get_access_token_secret(self, client_key, token, request):
        return self.access_tokens.get(token, {}).get("oauth_token_secret", "dummy")


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"http://{self.headers['Host']}{self.path}"
        try:
            form = body.decode()
        except UnicodeDecodeError:
            form = ""
        call = {"uri": url, "http_method": self.command, "body": form, "headers": dict(self.headers)}
        path = urlsplit(url).path
        if path == "/oauth/request_token":
            self.send(*endpoints.create_request_token_response(**call))
        elif path == "/oauth/authorize":
            self.authorize(call)
        elif path == "/oauth/access_token":
            extra = {"user_id": "42", "screen_name": "ann"}
            self.send(*endpoints.create_access_token_response(**call, credentials=extra))
        elif path.startswith("/api/"):
            self.resource(call, *endpoints.validate_protected_resource_request(**call))
        elif path.startswith("/signed/"):
            self.resource(call, *signature_only.validate_request(**call))
        else:
            self.send({}, "", 404)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def authorize(self, call):
        """Consents at once; `deny=1` refuses, as providers do, by `denied=<token>`."""
        query = parse_qs(urlsplit(call["uri"]).query)
        token = query.get("oauth_token", [""])[0]
        if not validator.verify_request_token(token, None):
            self.send({"Content-Type": "text/plain"}, "This request token is not known.", 401)
        elif "deny" in query:
            back = validator.request_tokens.pop(token)["redirect_uri"]
            self.send({"Location": f"{back}{'&' if '?' in back else '?'}{urlencode({'denied': token})}"}, "", 302)
        else:
            try:
                self.send(*endpoints.create_authorization_response(**call))
            except OAuth1Error as error:
                self.send({"Content-Type": "text/plain"}, error.description, error.status_code)

    def resource(self, call, valid, request):
        if not valid:
            why = {} if request is None else {key: bool(value) for key, value in request.validator_log.items()}
            reply = json.dumps({"error": "The request is not signed as it must be.", "checks": why})
            self.send({"Content-Type": "application/json", "WWW-Authenticate": 'OAuth realm="api"'}, reply, 401)
            return
        seen = {
            "method": self.command,
            "path": self.path,
            "token": request.resource_owner_key,
            "realm": request.realm,
            "signatureMethod": request.signature_method,
            "body": call["body"],
        }
        self.send({"Content-Type": "application/json"}, json.dumps(seen), 200)

    def send(self, headers, body, status):
        content = (body or "").encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def end_with_input():
    sys.stdin.read()
    os._exit(0)


validator = Validator(json.loads(sys.stdin.readline()))
endpoints = WebApplicationServer(validator)
signature_only = SignatureOnlyEndpoint(validator)
server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
server.daemon_threads = True
threading.Thread(target=end_with_input, daemon=True).start()
print(server.server_address[1], flush=True)
server.serve_forever()
