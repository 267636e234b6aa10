# One image for every command of Holdfast; the command is chosen by its first argument.
FROM python:3.13-slim AS install
WORKDIR /src
COPY requirements.lock .
RUN python -m venv /opt/holdfast \
    && /opt/holdfast/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /opt/holdfast/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin holdfast \
    && install --directory --owner=holdfast --mode=0700 \
        /var/lib/holdfast /var/lib/holdfast/keys /var/lib/holdfast/keys/log
COPY --from=install /opt/holdfast /opt/holdfast
ENV PATH=/opt/holdfast/bin:$PATH PYTHONUNBUFFERED=1
USER holdfast
WORKDIR /var/lib/holdfast
EXPOSE 8000 8001 8002
ENTRYPOINT ["holdfast"]
CMD ["up"]
